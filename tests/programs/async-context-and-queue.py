import asyncio
from contextlib import asynccontextmanager


@asynccontextmanager
async def opened():
    print("open")
    yield asyncio.Queue()
    print("close")


async def main():
    async with opened() as q:
        await q.put(1)
        print(await q.get(), q.empty())


asyncio.run(main())
