#include "server/config/processor_quota.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "../server_store/temporary_directory.h"

namespace paddock::config {
namespace {

// Control groups as the kernel shows them.
class Groups {
 public:
  void write(const std::string& file, const std::string& text) const {
    const std::filesystem::path path = directory_.path() + "/" + file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::optional<double> quota(const std::string& membership) const {
    return processor_quota(directory_.path(), membership);
  }

 private:
  const store::TemporaryDirectory directory_;
};

}  // namespace

TEST_CASE("a service's quota is found, and that of the slice around it if it is less") {
  Groups groups;
  groups.write("system.slice/paddock.service/cpu.max", "150000 100000\n");
  CHECK(groups.quota("0::/system.slice/paddock.service\n") == 1.5);
  groups.write("system.slice/cpu.max", "50000 100000\n");
  CHECK(groups.quota("0::/system.slice/paddock.service\n") == 0.5);
}

TEST_CASE("a container's quota is found at the root, where its own group is") {
  Groups groups;
  groups.write("cpu.max", "200000 100000\n");
  CHECK(groups.quota("0::/\n") == 2);
  CHECK(groups.quota("0::/kubepods/pod7/a1\n") == 2);
}

TEST_CASE("a quota of the first version of control groups is found") {
  Groups groups;
  groups.write("cpu,cpuacct/docker/a1/cpu.cfs_quota_us", "25000\n");
  groups.write("cpu,cpuacct/docker/a1/cpu.cfs_period_us", "100000\n");
  CHECK(groups.quota("7:memory:/docker/a1\n3:cpu,cpuacct:/docker/a1\n0::/\n") == 0.25);
}

TEST_CASE("without a quota there is none, whatever the files look like") {
  Groups groups;
  CHECK_FALSE(groups.quota(""));
  CHECK_FALSE(groups.quota("nothing of the kind\n0:\n0::\n0::/away/../..\n"));
  groups.write("a/cpu.max", "max 100000\n");
  groups.write("b/cpu.cfs_quota_us", "-1\n");
  groups.write("b/cpu.cfs_period_us", "100000\n");
  groups.write("c/cpu.max", "");
  groups.write("cpuset/d/cpu.max", "50000 100000\n");
  CHECK_FALSE(groups.quota("0::/a\n0::/b\n0::/c\n4:cpuset:/d\n"));
}

}  // namespace paddock::config
