import asyncio


async def inner():
    return 1


async def outer():
    coroutine = inner()
    try:
        asyncio.run(coroutine)
    except RuntimeError as error:
        print(error)
    print(await coroutine)


asyncio.run(outer())
