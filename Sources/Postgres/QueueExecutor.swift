import Dispatch

/// Runs an actor's jobs on a dispatch queue of its own, so that libpq's blocking calls stay straight-line code and never
/// hold a thread of Swift's cooperative pool.
final class QueueExecutor: SerialExecutor {
    let queue: DispatchQueue

    init(label: String) {
        queue = DispatchQueue(label: label)
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }

    /// Lets a handler that the queue itself called (a dispatch source's) prove that it stands on the actor.
    func checkIsolated() {
        dispatchPrecondition(condition: .onQueue(queue))
    }
}
