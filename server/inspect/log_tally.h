// LogTally: keeps a LogReport while a walk goes on, and the order of zxids in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/inspect/log_walk.h"

namespace paddock::inspect {

class LogTally {
 public:
  // `visit` must outlive it.
  explicit LogTally(const VisitTxn& visit) : visit_(visit) {}

  // The next transaction must follow `zxid`.
  void begin_behind(Zxid zxid) { behind_ = zxid; }
  void begin_file(const std::string& file) {
    file_ = &file;
    ++report.files;
  }
  // What the checksum vouches for. False: the walk ends.
  bool take(uint64_t offset, Zxid zxid, std::string_view bytes);
  void note(LogNote::Kind kind, uint64_t offset, std::string text);
  // The last transaction taken, or what the first must follow.
  Zxid behind() const { return behind_.value_or(Zxid{}); }
  // Nothing more is to be read.
  bool over() const { return enough_ || report.damage() != nullptr; }
  bool enough() const { return enough_; }

  LogReport report;

 private:
  void check_order(uint64_t offset, Zxid zxid);

  const VisitTxn& visit_;
  const std::string* file_ = nullptr;
  std::optional<Zxid> behind_;
  bool enough_ = false;
};

}  // namespace paddock::inspect
