import threading


def late():
    main.join(0.05)
    print("the thread ends last")


main = threading.current_thread()
threading.Thread(target=late).start()
print("main ends")
