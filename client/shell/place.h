// Place: where a tree is, as cp, mirror and diff name it. Pure.
//
//   /app, ../app             a node of this server
//   zk://HOST:PORT[,...]/app a node of another one
//   json:FILE                a file (json_tree.h); json:- is standard input or output
//   dir:FOLDER               a folder of files (directory_tree.h)
#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.h"

namespace paddock::client::shell {

struct Place {
  enum class Kind { here, elsewhere, json, directory };
  Kind kind = Kind::here;
  std::string servers;  // elsewhere: a connect string without chroot
  std::string path;     // of the node, of the file or of the folder

  // `working`: the node that relative paths begin at.
  static Result<Place> parse(std::string_view text, std::string_view working);
  friend bool operator==(const Place&, const Place&) = default;
};

}  // namespace paddock::client::shell
