import asyncio


async def work():
    print("work starts")
    await asyncio.sleep(0)
    print("work ends")


async def main():
    task = asyncio.create_task(work(), name="my task")
    print("created", task.get_name(), task.done())
    await task
    print(task.done())


asyncio.run(main())
