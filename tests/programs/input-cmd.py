import cmd


class Shell(cmd.Cmd):
    prompt = "(deck) "

    def do_add(self, line):
        print(sum(map(int, line.split())))

    def do_quit(self, line):
        return True


Shell().cmdloop("Welcome.")
