import os

pid = os.fork()
if pid == 0:
    print("child")
    os._exit(3)
_, status = os.waitpid(pid, 0)
print("parent:", os.waitstatus_to_exitcode(status))
