// Words: the words of one command, taken from the front.
#pragma once

#include <charconv>
#include <sstream>
#include <string>
#include <vector>

#include "fake_network.h"
#include "protocol/base/result.h"
#include "record.h"
#include "story.h"

namespace paddock::scenarios {

class Words {
 public:
  explicit Words(const std::string& line) {
    std::istringstream stream(line);
    for (std::string word; stream >> word;) words_.push_back(word);
  }

  bool more() const { return at_ < words_.size(); }
  bool ok() const { return ok_; }
  // True, and taken, if the next word is this one.
  bool take(std::string_view expected) {
    if (!more() || words_[at_] != expected) return false;
    ++at_;
    return true;
  }
  std::string word() {
    if (!more()) return fail<std::string>();
    return words_[at_++];
  }
  int64_t number() {
    const std::string text = word();
    int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return fail<int64_t>();
    return number;
  }
  Zxid zxid() {
    const Result<Zxid> parsed = parse_zxid(word());
    return parsed.ok() ? parsed.value() : fail<Zxid>();
  }
  // "3>1"
  Route route() {
    const std::string text = word();
    const size_t arrow = text.find('>');
    if (arrow == std::string::npos) return fail<Route>();
    Words from(text.substr(0, arrow));
    Words to(text.substr(arrow + 1));
    const Route route{from.number(), to.number()};
    return from.ok() && to.ok() ? route : fail<Route>();
  }
  // "1:1=a 1:2=b", as long as words look like it.
  Records records() {
    Records records;
    while (more() && words_[at_].find('=') != std::string::npos) {
      const std::string text = word();
      const size_t equals = text.find('=');
      const Result<Zxid> zxid = parse_zxid(text.substr(0, equals));
      if (!zxid.ok()) return fail<Records>();
      records.push_back({zxid.value(), text.substr(equals + 1)});
    }
    return records;
  }
  std::vector<std::string> rest() {
    std::vector<std::string> rest(words_.begin() + static_cast<std::ptrdiff_t>(at_), words_.end());
    at_ = words_.size();
    return rest;
  }

  Fault fault(std::string_view expected) const { return make_fault("{} was expected", expected); }
  Status status(std::string_view expected) const {
    if (!ok_) return fault(expected);
    return ok_status();
  }

 private:
  template <class Value>
  Value fail() {
    ok_ = false;
    return {};
  }

  std::vector<std::string> words_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace paddock::scenarios
