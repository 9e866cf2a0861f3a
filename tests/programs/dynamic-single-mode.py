code = compile("1 + 1\n", "<console>", "single")
exec(code)
import builtins

print(builtins._)
