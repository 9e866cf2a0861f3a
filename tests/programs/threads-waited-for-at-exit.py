import threading


def late():
    main.join()
    print("the thread ends last")


main = threading.current_thread()
threading.Thread(target=late).start()
print("main ends")
