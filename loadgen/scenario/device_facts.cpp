#include "loadgen/scenario/device_facts.hpp"

#include "loadgen/scenario/yaml_section.hpp"

namespace barrage {

const std::vector<yaml::Field<DeviceFacts>>& device_fact_fields()
{
    using F = DeviceFacts;
    using yaml::field;
    static const std::vector<yaml::Field<F>> fields{
        field("name", &F::name, yaml::Text{}, "what it is, with its software"),
        field("test_case", &F::test_case, yaml::Text{}, "RFC 7747's number of the test, such as 5.1.1"),
        field("test_topology", &F::test_topology, yaml::Text{}, "1, 2, 3 or 4, of RFC 7747 section 3"),
        field("parallel_links", &F::parallel_links, yaml::Number{0, 1'000'000}, "a count"),
        field("interface_type", &F::interface_type, yaml::Text{}, "such as GigE, POS, loopback"),
        field("igp", &F::igp, yaml::Text{}, "IS-IS, OSPF, static, none"),
        field("policy", &F::policy, yaml::Text{}, "no, or what it does"),
        field("origin_authentication", &F::origin_authentication, yaml::Text{}, "SIDR's, RFC 7115: yes or no"),
        field("bgpsec", &F::bgpsec, yaml::Text{}, "yes or no"),
        field("interface_failure_delay", &F::interface_failure_delay, yaml::Time{},
              "until the failure of an interface is reported to BGP"),
        field("hold_time", &F::hold_time, yaml::Time{}, "configured on the device"),
        field("mrai", &F::route_advertisement_interval, yaml::Time{}, "MinRouteAdvertisementInterval"),
        field("maoi", &F::as_origination_interval, yaml::Time{}, "MinASOriginationInterval"),
        field("keepalive_time", &F::keepalive_time, yaml::Time{}, "configured on the device"),
        field("connect_retry", &F::connect_retry, yaml::Time{}, "configured on the device"),
        field("segment_octets", &F::segment_octets, yaml::Number{0, 65'535}, "TCP's maximum segment size"),
        field("slow_start_threshold_octets", &F::slow_start_threshold_octets, yaml::Number{0, 1ull << 32}, "TCP's"),
        field("window_octets", &F::window_octets, yaml::Number{0, 1ull << 32}, "TCP's maximum window")};
    return fields;
}

}   // namespace barrage
