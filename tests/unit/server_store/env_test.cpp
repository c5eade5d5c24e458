#include "server/store/env.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "temporary_directory.h"

namespace paddock::store {
namespace {

uint32_t mode_of(const std::string& path) {
  struct stat status;
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

TEST_CASE("files are 0600, directories 0700, made with their parents") {
  const TemporaryDirectory directory;
  Env& env = posix_env();
  const std::string deep = directory.path() + "/a/b/c";
  REQUIRE(env.make_directories(deep).ok());
  REQUIRE(env.make_directories(deep).ok());
  CHECK(mode_of(deep) == 0700);
  REQUIRE(env.open(deep + "/file", Env::Open::create_new).ok());
  CHECK(mode_of(deep + "/file") == 0600);
  CHECK_FALSE(env.open(deep + "/file", Env::Open::create_new).ok());
  CHECK_FALSE(env.make_directories(deep + "/file").ok());
}

TEST_CASE("a file keeps what is written where it is written") {
  const TemporaryDirectory directory;
  Env& env = posix_env();
  auto file = env.open(directory.path() + "/file", Env::Open::create);
  REQUIRE(file.ok());
  REQUIRE((*file)->preallocate(4096).ok());
  CHECK(*(*file)->size() == 4096);
  REQUIRE((*file)->write_at(4090, "beyond the end").ok());
  REQUIRE((*file)->sync_data().ok());
  CHECK(*(*file)->read_at(4090, 100) == "beyond the end");
  CHECK(*(*file)->read_at(0, 3) == std::string(3, '\0'));
  REQUIRE((*file)->truncate(4096).ok());
  REQUIRE((*file)->sync_data().ok());
  CHECK(*(*file)->read_at(4090, 100) == "beyond");
  CHECK((*file)->read_at(5000, 1)->empty());
}

TEST_CASE("names are listed sorted, renamed and removed") {
  const TemporaryDirectory directory;
  Env& env = posix_env();
  const std::string at = directory.path();
  REQUIRE(env.open(at + "/b", Env::Open::create).ok());
  REQUIRE(env.open(at + "/a", Env::Open::create).ok());
  CHECK(*env.list(at) == std::vector<std::string>{"a", "b"});
  REQUIRE(env.rename(at + "/b", at + "/c").ok());
  REQUIRE(env.remove(at + "/a").ok());
  REQUIRE(env.sync_directory(at).ok());
  CHECK(*env.list(at) == std::vector<std::string>{"c"});
  CHECK(*env.exists(at + "/c"));
  CHECK_FALSE(*env.exists(at + "/a"));
}

TEST_CASE("a lock is exclusive while it is held") {
  const TemporaryDirectory directory;
  Env& env = posix_env();
  auto held = env.lock(directory.path() + "/LOCK");
  REQUIRE(held.ok());
  const auto refused = env.lock(directory.path() + "/LOCK");
  REQUIRE_FALSE(refused.ok());
  CHECK(refused.fault().message.find("LOCK") != std::string::npos);
  held->reset();
  CHECK(env.lock(directory.path() + "/LOCK").ok());
}

TEST_CASE("a fault names the file and what the system said") {
  const auto file = posix_env().open("/nowhere/file", Env::Open::create);
  REQUIRE_FALSE(file.ok());
  CHECK(file.fault().message == "/nowhere/file: cannot open: No such file or directory");
}

}  // namespace
}  // namespace paddock::store
