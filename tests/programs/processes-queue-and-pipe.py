import multiprocessing as mp


def child(q, end):
    q.put(end.recv() + 1)


if __name__ == "__main__":
    q, (here, there) = mp.Queue(), mp.Pipe()
    p = mp.Process(target=child, args=(q, there))
    p.start()
    here.send(41)
    print(q.get())
    p.join()
    print(p.exitcode)
