def load(settings):
    try:
        return int(settings["port"])
    except KeyError as error:
        raise ValueError("no port in the settings") from error


load({})
