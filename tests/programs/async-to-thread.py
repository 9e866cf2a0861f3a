import asyncio
import threading


def blocking():
    return threading.current_thread() is threading.main_thread()


async def main():
    print(await asyncio.to_thread(blocking), blocking())


asyncio.run(main())
