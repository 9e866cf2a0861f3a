import asyncio


async def fail():
    raise ValueError("one failed")


async def wait():
    try:
        await asyncio.sleep(100)
    except asyncio.CancelledError:
        print("cancelled")
        raise


async def main():
    async with asyncio.TaskGroup() as group:
        group.create_task(wait())
        group.create_task(fail())


asyncio.run(main())
