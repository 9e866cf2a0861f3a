import string
import textwrap

print(textwrap.fill("the quick brown fox jumps over the lazy dog", 16))
print(textwrap.dedent("    a\n      b\n"), string.Template("$x costs $$$y").substitute(x="tea", y=2))
string.Template("$z").substitute()
