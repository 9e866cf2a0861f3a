import asyncio


async def forever():
    while True:
        await asyncio.sleep(3600)


async def main():
    task = asyncio.create_task(forever())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        print("stopped", task.cancelled())


asyncio.run(main())
