// AppendFile: a file that lines are appended to, and that others may move away meanwhile.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "protocol/base/result.h"

namespace paddock {

class AppendFile {
 public:
  // Makes the file, and folders on the way to it. A fault names it.
  static Result<AppendFile> open(const std::string& path);
  ~AppendFile();
  AppendFile(AppendFile&& other) noexcept
      : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)), cut_(other.cut_) {}
  AppendFile& operator=(AppendFile&&) = delete;

  const std::string& path() const { return path_; }
  // Whole lines, to the file that has the name now. After a fault some of it may be there; what comes next
  // begins a line of its own.
  Status append(std::string_view lines);

 private:
  AppendFile(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  Status follow_name();

  std::string path_;
  int descriptor_;
  bool cut_ = false;  // the last line is not whole
};

}  // namespace paddock
