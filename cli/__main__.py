if __name__ == "__main__":  # a process that is started beside this one looks into this file too
    from cli.main import main

    main()
