"""How the processes that fork ask for memory: in few large pages, which copy quickly.

A fork copies an entry for each page. With PyTorch imported these are 50,000, half of
them in what `malloc` hands out; where that is in pages of 2 MiB, a fork costs a
third less. Other C libraries than glibc ignore the variable.
"""

LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
