class Stop(Exception):
    pass


try:
    raise Stop
except Stop as s:
    print(repr(s), s.args)
raise "a text"
