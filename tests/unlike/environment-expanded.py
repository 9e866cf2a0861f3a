# refused: environment
import os

print(os.path.expandvars("$SHELL and ${LOGNAME}"))
