/// Where tasks wait until so many of them have come; who comes later goes straight on.
actor Meeting {
    private let size: Int
    private var arrived = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of size: Int) {
        self.size = size
    }

    func arrive() async {
        arrived += 1
        guard arrived < size else {
            for one in waiting { one.resume() }
            waiting = []
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }
}

/// Counts across tasks.
actor Counter {
    private(set) var value = 0
    private(set) var highest = 0

    @discardableResult
    func add(_ number: Int = 1) -> Int {
        value += number
        highest = max(highest, value)
        return value
    }
}
