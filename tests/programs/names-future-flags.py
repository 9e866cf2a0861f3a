from __future__ import annotations

import __future__

code = compile("x: undefined = 1", "<inner>", "exec")
exec(code)
print(bool(code.co_flags & __future__.annotations.compiler_flag), __annotations__)
