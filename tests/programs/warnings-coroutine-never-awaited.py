async def answer():
    return 42


answer()
print("x")
