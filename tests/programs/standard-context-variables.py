import asyncio
from contextvars import ContextVar

user = ContextVar("user", default="nobody")


async def job(name):
    user.set(name)
    await asyncio.sleep(0)
    return user.get()


async def main():
    print(await asyncio.gather(job("a"), job("b")), user.get())


asyncio.run(main())
