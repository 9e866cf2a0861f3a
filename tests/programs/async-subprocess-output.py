import asyncio


async def main():
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec("echo", "x", stdout=pipe)
    output, _ = await process.communicate()
    print(output, process.returncode)


asyncio.run(main())
