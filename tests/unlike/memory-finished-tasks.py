# refused: memory
import asyncio


async def job(n):
    return n


async def main():
    tasks = [asyncio.create_task(job(n), name=f"job{n}") for n in range(3)]
    done, _ = await asyncio.wait(tasks)
    print([task.get_name() for task in done])


asyncio.run(main())
