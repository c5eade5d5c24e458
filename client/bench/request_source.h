// Where the driver's requests come from: a phase of the bench is one source.
#pragma once

#include <cstdint>
#include <string>

#include "client/bench/frame_template.h"
#include "client/bench/options.h"
#include "protocol/base/error_code.h"
#include "protocol/base/random.h"

namespace paddock::client::bench {

class RequestSource {
 public:
  virtual ~RequestSource() = default;
  // Appends one framed request. False: there are no more; nothing was appended.
  virtual bool append(std::string& out, int32_t xid) = 0;
  // An answer other than ok that this phase does not count as an error.
  virtual bool accepts(ErrorCode) const { return false; }
};

// The same request for each number in [begin, end), once: creates or deletes a run of nodes.
class RangeSource : public RequestSource {
 public:
  RangeSource(FrameTemplate frame, int64_t begin, int64_t end, ErrorCode accepted)
      : frame_(std::move(frame)), next_(begin), end_(end), accepted_(accepted) {}
  bool append(std::string& out, int32_t xid) override;
  bool accepts(ErrorCode err) const override { return err == accepted_; }

 private:
  FrameTemplate frame_;
  int64_t next_;
  int64_t end_;
  ErrorCode accepted_;
};

// The load itself: endless, keys at random.
class LoadSource : public RequestSource {
 public:
  LoadSource(const BenchOptions& options, const PathPattern& keys, const PathPattern& created,
             std::string_view data, uint64_t seed);
  bool append(std::string& out, int32_t xid) override;
  // How many nodes `create` has asked for: what is to be deleted afterwards.
  int64_t created() const { return created_; }

 private:
  int64_t random_key() { return static_cast<int64_t>(random_.below(static_cast<uint64_t>(key_count_))); }

  Ops ops_;
  uint64_t read_percent_;
  int64_t key_count_;
  FrameTemplate read_;
  FrameTemplate write_;
  FrameTemplate create_;
  Random random_;
  int64_t created_ = 0;
};

}  // namespace paddock::client::bench
