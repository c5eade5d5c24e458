#include "server/inspect/overlay_env.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "../server_store/temporary_directory.h"
#include "protocol/base/random.h"

namespace paddock::inspect {
namespace {

using store::Env;
using store::TemporaryDirectory;

void write(const std::string& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string all_of(store::File& file) {
  return *file.read_at(0, 1 << 20);
}

}  // namespace

TEST_CASE("what is written over a file is read back, and the file stays as it is") {
  const TemporaryDirectory directory;
  const std::string path = directory.path() + "/file";
  Random random(7);
  for (int round = 0; round < 40; ++round) {
    std::string model(random.below(20'000), 'x');
    for (char& byte : model) byte = static_cast<char>(random.below(256));
    const std::string before = model;
    write(path, before);
    OverlayEnv env;
    const auto file = env.open(path, Env::Open::existing);
    REQUIRE(file.ok());
    for (int step = 0; step < 30; ++step) {
      const size_t at = random.below(24'000);
      const std::string bytes(1 + random.below(5'000), static_cast<char>('a' + step));
      const auto what = random.below(4);
      if (what == 0) {
        REQUIRE((*file)->truncate(at).ok());
        model.resize(at, '\0');
      } else if (what == 1) {
        REQUIRE((*file)->preallocate(at).ok());
        model.resize(std::max(model.size(), at), '\0');
      } else {
        REQUIRE((*file)->write_at(at, bytes).ok());
        model.resize(std::max(model.size(), at + bytes.size()), '\0');
        model.replace(at, bytes.size(), bytes);
      }
      REQUIRE(*(*file)->size() == model.size());
      const size_t from = random.below(24'000);
      REQUIRE(*(*file)->read_at(from, 3'000) == (from < model.size() ? model.substr(from, 3'000) : ""));
    }
    REQUIRE(all_of(**file) == model);
    REQUIRE(content_of(path) == before);
  }
}

TEST_CASE("names change for whoever asks the overlay, and on the disk they do not") {
  const TemporaryDirectory directory;
  const std::string& root = directory.path();
  write(root + "/a", "one");
  write(root + "/b", "two");
  OverlayEnv env;
  REQUIRE(env.rename(root + "/a", root + "/c").ok());
  REQUIRE(env.remove(root + "/b").ok());
  REQUIRE(env.make_directories(root + "/deep/er").ok());
  REQUIRE(env.open(root + "/new", Env::Open::create_new).ok());
  CHECK(*env.list(root) == std::vector<std::string>{"c", "deep", "new"});
  CHECK_FALSE(*env.exists(root + "/a"));
  CHECK(*env.exists(root + "/deep/er"));
  CHECK(all_of(**env.open(root + "/c", Env::Open::existing)) == "one");
  CHECK_FALSE(env.open(root + "/b", Env::Open::existing).ok());
  CHECK_FALSE(env.open(root + "/c", Env::Open::create_new).ok());
  CHECK_FALSE(env.remove(root + "/b").ok());
  CHECK(all_of(**env.open(root + "/b", Env::Open::create)).empty());

  CHECK(*store::posix_env().list(root) == std::vector<std::string>{"a", "b"});
  CHECK(content_of(root + "/a") == "one");
}

TEST_CASE("a lock of the overlay locks nobody out") {
  const TemporaryDirectory directory;
  OverlayEnv env;
  const auto ours = env.lock(directory.path() + "/LOCK");
  REQUIRE(ours.ok());
  CHECK(store::posix_env().lock(directory.path() + "/LOCK").ok());
}

}  // namespace paddock::inspect
