from contextlib import ExitStack, closing, suppress


class Conn:
    def close(self):
        print("closed")


with ExitStack() as stack:
    for n in range(2):
        stack.callback(print, "callback", n)
    stack.enter_context(closing(Conn()))
    print("body")
with suppress(ZeroDivisionError):
    1 / 0
    print("not reached")
