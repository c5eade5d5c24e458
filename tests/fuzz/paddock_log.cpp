// A segment of Paddock's log, walked as `paddock log` does.
#include "server/inspect/log_walk.h"
#include "server/inspect/overlay_env.h"
#include "tests/fuzz/fuzz_target.h"

using namespace paddock;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string path = "/nowhere/0000000000000001.log";
  inspect::OverlayEnv env;
  const auto file = env.open(path, store::Env::Open::create_new);
  PADDOCK_CHECK(file.ok() && (*file)->write_at(0, fuzz::text_of(data, size)).ok(),
                "memory cannot be written");
  Zxid last;
  const auto report = inspect::walk_log(
      env, {inspect::Maker::paddock, {path}, true, {}}, [&](const inspect::LoggedTxn& logged) {
        PADDOCK_CHECK(logged.offset + logged.bytes <= size, "a transaction reaches behind the file");
        PADDOCK_CHECK(logged.txn.zxid() > last, "0x{:x} comes behind 0x{:x}", logged.txn.zxid().value,
                      last.value);
        last = logged.txn.zxid();
        return true;
      });
  if (report.ok()) PADDOCK_CHECK(report->last == last, "the report knows another end");
  return 0;
}
