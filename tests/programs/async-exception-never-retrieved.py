import asyncio


async def main():
    future = asyncio.get_running_loop().create_future()
    future.set_exception(ValueError("lost"))
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: print(context["message"], context["exception"])
    )
    del future
    await asyncio.sleep(0)


asyncio.run(main())
