# refused: thread
import threading


def work():
    main.join()
    raise ValueError("late")


main = threading.current_thread()
threading.Thread(target=work).start()
print("done")
