import os, traceback, logging, random
try:
    os.stat("missing")
except OSError:
    traceback.print_exc()
try:
    os.readlink("missing")
except OSError:
    logging.exception("no")
try:
    random.seed([])
except TypeError as e:
    print([f.name for f in traceback.extract_tb(e.__traceback__)])
    tb = e.__traceback__
    while tb: print(tb.tb_frame.f_code.co_name, tb.tb_lineno); tb = tb.tb_next
try: random.Random([])
except TypeError as e: traceback.print_exception(e)
os.lstat("gone")
