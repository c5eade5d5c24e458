// RemarkLog: the replica's remarks in the log, however many there are: each kind of excess of each quota once
// a minute, strangers once a second, and how often it happened meanwhile.
//
// Owner: Host.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "protocol/base/time.h"
#include "server/replica/remark.h"

namespace paddock {

class RemarkLog {
 public:
  void tell(const replica::Remark& remark, Instant now);

 private:
  // Something that repeats itself.
  class Repeated {
   public:
    // How often it has happened since it was last told, if it is time to tell; otherwise 0.
    int64_t happened(Instant now, int64_t interval_ms);

   private:
    Instant told_at_;
    bool told_ = false;
    int64_t untold_ = 0;
  };

  void take(const replica::UnknownEnsemble& stranger, Instant now);
  void take(const znode::QuotaExcess& excess, Instant now);
  void take(const replica::LargeAnswer& answer, Instant now);
  void take(const replica::SaslFailure& failure, Instant now);
  void take(const replica::LimitReached& reached, Instant now);

  Repeated strangers_;
  Repeated large_answers_;
  Repeated sasl_failures_;
  std::map<std::string, Repeated> limits_;                    // by setting
  std::map<std::pair<std::string, int>, Repeated> excesses_;  // by path and kind
};

}  // namespace paddock
