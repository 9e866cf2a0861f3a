print("bell\a tab\t carriage\rreturn null\0 escape\x1b[1mbold\x1b[0m form\f feed\v")
print("backspace\b\b", "\u202eright to left\u202c", "\x85\u2028end")
