import Glibc

/// The program that Scripts/fuzz builds: libFuzzer's driver with one of our functions, which `RESETD_FUZZ_TARGET` names. An
/// argument would be lost where the driver starts itself again (`-merge=1`).
///
/// SwiftPM has the linker take TARGET_main for the main of an executable target, also where libFuzzer brings one.
@_cdecl("fuzz_main")
func fuzzMain(
    _ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
) -> CInt {
    guard let target = chosen else {
        print("RESETD_FUZZ_TARGET is none of \(FuzzTarget.all.map(\.name).joined(separator: " "))")
        return 64
    }
    // For the driver's -max_len and -dict.
    switch unsafe count == 2 ? arguments[1].map({ unsafe String(cString: $0) }) : nil {
    case "longest": print(target.longest)
    case "words": print(target.dictionary)
    default:
        var count = count
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> = unsafe arguments
        return unsafe runDriver(&count, &arguments, run)
    }
    return 0
}

/// By the name that libFuzzer's own main wants to link.
@_cdecl("LLVMFuzzerTestOneInput")
func run(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do { try chosen?.run(input) } catch {
        // The driver takes an abort for a finding, and keeps the input.
        print("Broken: \(error)")
        fflush(nil)
        abort()
    }
    return 0
}

private let chosen = unsafe getenv("RESETD_FUZZ_TARGET").flatMap { name in
    let name = unsafe String(cString: name)
    return FuzzTarget.all.first { $0.name == name }
}

/// https://llvm.org/docs/LibFuzzer.html#using-libfuzzer-as-a-library
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt
