#include "server/inspect/stored_epochs.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../server_store/temporary_directory.h"
#include "server/inspect/overlay_env.h"
#include "server/store/epoch_file.h"

namespace paddock::inspect {
namespace {

namespace fs = std::filesystem;
using store::TemporaryDirectory;

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

}  // namespace

TEST_CASE("the epochs beside a log are told, and refused where a server would not start with them") {
  const TemporaryDirectory directory;
  const std::string data = directory.path() + "/version-2";
  fs::create_directories(data);
  write(data + "/log.1", "ZKLG");
  const auto epochs_behind = [&](Zxid last) {
    OverlayEnv env;
    return epochs_beside(env, *find_log(env, directory.path()), last);
  };
  CHECK_FALSE(*epochs_behind(Zxid::of(0, 16)));
  write(data + "/acceptedEpoch", "3");
  write(data + "/currentEpoch", "2");
  CHECK(*epochs_behind(Zxid::of(2, 1)) == store::Epochs{3, 2});
  CHECK(epochs_behind(Zxid::of(3, 1)).fault().message.find("says 2, and the log is of epoch 3") !=
        std::string::npos);

  const std::string paddock = directory.path() + "/other/paddock";
  fs::create_directories(paddock);
  REQUIRE(store::write_epochs(store::posix_env(), paddock, {7, 6}).ok());
  OverlayEnv env;
  CHECK(*epochs_beside(env, {Maker::paddock, {}, true, paddock}, {}) == store::Epochs{7, 6});
  CHECK_FALSE(*epochs_beside(env, {Maker::paddock, {}, true, ""}, {}));
}

}  // namespace paddock::inspect
