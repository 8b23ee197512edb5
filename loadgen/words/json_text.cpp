#include "loadgen/words/json_text.hpp"

#include <boost/json.hpp>

#include "codec/printable.hpp"

namespace barrage {

std::string json_text(const boost::json::value& document) { return valid_json(boost::json::serialize(document)); }

}   // namespace barrage
