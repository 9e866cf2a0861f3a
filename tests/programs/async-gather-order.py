import asyncio


async def job(name, turns):
    for n in range(turns):
        print(name, n)
        await asyncio.sleep(0)
    return name


async def main():
    print(await asyncio.gather(job("a", 2), job("b", 3)))


asyncio.run(main())
