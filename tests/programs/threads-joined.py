import threading


def work(n):
    results[n] = n * n


results = {}
threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(results.items()))
print(threads[0].name, threads[0].is_alive())
