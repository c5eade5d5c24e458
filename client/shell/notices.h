// Notices: what is to be said while a person may be typing, the events of watches above all. While a prompt
// is up they wait for the editor, which puts them above it; otherwise they go to standard error at once.
//
// Thread rule: any thread.
#pragma once

#include <mutex>
#include <string>
#include <string_view>

namespace paddock::client::shell {

class Notices {
 public:
  Notices();
  ~Notices();
  Notices(const Notices&) = delete;
  Notices& operator=(const Notices&) = delete;

  // `text` is whole lines.
  void tell(std::string_view text);
  // The prompt is up, or gone: what still waits is printed then.
  void hold(bool prompt_is_up);
  // What has come since the last time; only while the prompt is up.
  std::string take();
  // Readable when there is something to take.
  int descriptor() const { return ready_; }

 private:
  std::mutex lock_;
  // Protected by lock_
  bool held_ = false;
  std::string waiting_;

  const int ready_;
};

}  // namespace paddock::client::shell
