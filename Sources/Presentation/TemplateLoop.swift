/// Whether a template, or a block in one, comes back to itself: there would be no end to rendering it.
///
/// Rather too much is refused than too little: a block counts for all of its name, wherever it is filled.
struct TemplateLoop {
    private enum Node: Hashable {
        case template(String)
        case block(String)
    }

    private var within: [Node: Set<Node>] = [:]

    init(_ texts: [String: String]) {
        let all = Set(texts.keys.map(Node.template))
        for (name, text) in texts {
            var open: [(name: String, block: Node?)] = [(name, .template(name))]
            for tag in TemplateTags(text).tags {
                switch tag {
                case .section(let name): open.append((name, nil))
                case .block(let name):
                    add([.block(name)], to: open.compactMap(\.block))
                    open.append((name, .block(name)))
                case .end(let name): if open.count > 1, open.last?.name == name { open.removeLast() }
                case .include(let name): add([.template(name)], to: open.compactMap(\.block))
                case .includeAny: add(all, to: open.compactMap(\.block))
                }
            }
        }
    }

    /// The name of a template or block in a loop, or nil.
    var name: String? {
        var finished: Set<Node> = []
        for node in within.keys {
            var path: Set<Node> = []
            if let found = loop(from: node, along: &path, &finished) {
                switch found {
                case .template(let name), .block(let name): return name
                }
            }
        }
        return nil
    }

    private mutating func add(_ nodes: Set<Node>, to open: [Node]) {
        for outer in open { within[outer, default: []].formUnion(nodes) }
    }

    private func loop(from node: Node, along path: inout Set<Node>, _ finished: inout Set<Node>) -> Node? {
        guard !finished.contains(node) else { return nil }
        guard path.insert(node).inserted else { return node }
        for next in within[node] ?? [] {
            if let found = loop(from: next, along: &path, &finished) { return found }
        }
        path.remove(node)
        finished.insert(node)
        return nil
    }
}
