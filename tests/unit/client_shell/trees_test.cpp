#include "client/shell/directory_tree.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "client/shell/json_tree.h"
#include "client/shell/place.h"

namespace paddock::client::shell {
namespace {

const std::string kBinary("\0\xff\n", 3);

const std::vector<TreeNode> kTree = {{"", "root", false, {}},          {"/.hidden", "x", false, {}},
                                     {"/a", "inner", false, {}},       {"/a/%25", kBinary, false, {}},
                                     {"/a/leaf", "", false, {}},       {"/b", "", true, {}},
                                     {"/b/below-null", "y", false, {}}};

// A shell without a server, in a folder of its own.
class Trees {
 public:
  Trees() { std::filesystem::create_directories(folder_); }
  ~Trees() { std::filesystem::remove_all(folder_); }
  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  static ExitCode put_all(TreeSink& sink, const std::vector<TreeNode>& nodes) {
    for (const TreeNode& node : nodes) {
      if (const ExitCode code = sink.put(node); code != ExitCode::ok) return code;
    }
    return sink.finish();
  }
  static std::vector<TreeNode> read_all(TreeSource&& source) {
    std::vector<TreeNode> nodes;
    CHECK(source.read([&](TreeNode node) {
      nodes.push_back(std::move(node));
      return ExitCode::ok;
    }) == ExitCode::ok);
    return nodes;
  }

 private:
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("paddock-trees-{}", ::getpid());
  Output out_{Format::plain, false, [](std::string_view) {}};
  Notices notices_;

 public:
  Shell shell{{}, out_, notices_};
};

}  // namespace

TEST_CASE_METHOD(Trees, "a tree survives its way through a folder, byte for byte") {
  DirectorySink sink(shell, at("tree"), {});
  REQUIRE(put_all(sink, kTree) == ExitCode::ok);
  CHECK(sink.counts().created == kTree.size());
  CHECK(read_all(DirectorySource(shell, at("tree"))) == kTree);
}

TEST_CASE_METHOD(Trees, "children may come long after their parents") {
  DirectorySink sink(shell, at("tree"), {});
  REQUIRE(put_all(sink, {kTree[0], kTree[2], kTree[5], kTree[1], kTree[3], kTree[4], kTree[6]}) ==
          ExitCode::ok);
  CHECK(read_all(DirectorySource(shell, at("tree"))) == kTree);
}

TEST_CASE_METHOD(Trees,
                 "a folder is overwritten only when that is wanted, and mirrored with what is deleted") {
  DirectorySink first(shell, at("tree"), {});
  REQUIRE(put_all(first, kTree) == ExitCode::ok);
  DirectorySink refused(shell, at("tree"), {});
  CHECK(put_all(refused, kTree) == ExitCode::refused);
  const std::vector<TreeNode> smaller = {kTree[0], {"/a", "", true, {}}, {"/b", "now a leaf", false, {}}};
  DirectorySink mirror(shell, at("tree"), {true, true});
  REQUIRE(put_all(mirror, smaller) == ExitCode::ok);
  CHECK(read_all(DirectorySource(shell, at("tree"))) == smaller);
  CHECK(mirror.counts().unchanged == 1);
  CHECK(mirror.counts().changed == 2);
}

TEST_CASE_METHOD(Trees, "files of people become nodes, their hidden files do not") {
  std::filesystem::create_directories(at("conf/.git"));
  std::ofstream(at("conf/app.yml")) << "port: 1\n";
  CHECK(read_all(DirectorySource(shell, at("conf"))) ==
        std::vector<TreeNode>{{"", "", true, {}}, {"/app.yml", "port: 1\n", false, {}}});
}

TEST_CASE_METHOD(Trees, "a tree survives its way through JSON, with its ACLs") {
  std::vector<TreeNode> tree = kTree;
  tree[2].acl = {{kPermRead, "digest", "u:hash="}, {kPermAll, "world", "anyone"}};
  JsonSink sink(shell, at("tree.json"));
  REQUIRE(put_all(sink, tree) == ExitCode::ok);
  CHECK(read_all(JsonSource(shell, at("tree.json"))) == tree);
  CHECK_FALSE(std::filesystem::exists(at("tree.json.part")));
}

TEST_CASE_METHOD(Trees, "a file that was not finished leaves the old one") {
  std::ofstream(at("tree.json")) << "old";
  {
    JsonSink sink(shell, at("tree.json"));
    CHECK(sink.put(kTree[0]) == ExitCode::ok);
  }
  std::string text;
  std::getline(std::ifstream(at("tree.json")), text);
  CHECK(text == "old");
  CHECK_FALSE(std::filesystem::exists(at("tree.json.part")));
}

TEST_CASE("JSON that is no tree is refused, with the reason") {
  CHECK(parse_json_tree("{}").fault().message == "not a JSON list of nodes");
  CHECK(parse_json_tree("[1]").fault().message == "not an object with a \"path\": 1");
  CHECK(parse_json_tree(R"([{"path":"/../etc"}])").fault().message == "'/../etc' is no path");
  CHECK_FALSE(parse_json_tree(R"([{"path":"/a","base64":"?"}])").ok());
  CHECK_FALSE(parse_json_tree(R"([{"path":"/a","data":5}])").ok());
  CHECK_FALSE(parse_json_tree(R"([{"path":"/a","data":"","acl":[{"perms":5}]}])").ok());
  CHECK_FALSE(
      parse_json_tree(R"([{"path":"/a","data":"","acl":[{"scheme":"world","id":"anyone","perms":"x"}]}])")
          .ok());
  CHECK(parse_json_tree(R"([{"path":""}])")->at(0).null);
}

TEST_CASE("a place is a node here or elsewhere, a file or a folder") {
  using Kind = Place::Kind;
  CHECK(Place::parse("a", "/x").value() == Place{Kind::here, "", "/x/a"});
  CHECK(Place::parse("zk://h:1,i:2/a/b", "/x").value() == Place{Kind::elsewhere, "h:1,i:2", "/a/b"});
  CHECK(Place::parse("zk://h:1", "/x").value() == Place{Kind::elsewhere, "h:1", "/"});
  CHECK(Place::parse("json:-", "/x").value() == Place{Kind::json, "", "-"});
  CHECK(Place::parse("dir:a/b", "/x").value() == Place{Kind::directory, "", "a/b"});
  CHECK_FALSE(Place::parse("zk:///a", "/x").ok());
  CHECK_FALSE(Place::parse("json:", "/x").ok());
  CHECK_FALSE(Place::parse("/a//b", "/x").ok());
}

}  // namespace paddock::client::shell
