import asyncio


async def main():
    try:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(100)
    except TimeoutError:
        print("too slow")
    await asyncio.wait_for(asyncio.sleep(100), 0.01)


asyncio.run(main())
