// Drives LIGHTNING's RTL (top module lenet_sim), translated by Verilator, with images that its memory holds:
//   lightning_rtl COUNT
// Standard output is what the RTL prints, with a line "image N" before each. Standard error ends with the cycles it ran and the
// processor time that took. Registers and their values are those of LIGHTNING's own rtl/tb/lenet_sim.cpp; nothing is traced.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "Vlenet_sim.h"

// The RTL counts its reads and writes by these; nobody wants to know here.
extern "C" {
void dpi_reg_read(const char*, int) {}
void dpi_reg_write(const char*, int) {}
void dpi_ram_read(const char*, int) {}
void dpi_ram_write(const char*, int) {}
void dpi_reg_output(const char*, int, int, int) {}
}

namespace {

constexpr int kSettleCycles = 500;
constexpr int kInferenceCycles = 17800;

uint64_t cycles;

void tick(Vlenet_sim* rtl) {
    rtl->clk = 0;
    rtl->eval();
    rtl->clk = 1;
    rtl->eval();
    cycles++;
}

void run(Vlenet_sim* rtl, int count) {
    for (int i = 0; i < count; i++) {
        tick(rtl);
    }
}

// AXI4-Lite: address and data are offered until both are taken.
void write(Vlenet_sim* rtl, int address, uint32_t value) {
    rtl->s_axil_user_awaddr = address;
    rtl->s_axil_user_awvalid = 1;
    rtl->s_axil_user_wdata = value;
    rtl->s_axil_user_wstrb = 0xf;
    rtl->s_axil_user_wvalid = 1;
    rtl->s_axil_user_bready = 1;
    for (int i = 0; rtl->s_axil_user_awvalid || rtl->s_axil_user_wvalid; i++) {
        if (i > 100) {
            fprintf(stderr, "register %d is not written\n", address);
            exit(1);
        }
        rtl->clk = 0;
        rtl->eval();
        bool address_taken = rtl->s_axil_user_awready;
        bool data_taken = rtl->s_axil_user_wready;
        rtl->clk = 1;
        rtl->eval();
        cycles++;
        rtl->s_axil_user_awvalid = rtl->s_axil_user_awvalid && !address_taken;
        rtl->s_axil_user_wvalid = rtl->s_axil_user_wvalid && !data_taken;
    }
    run(rtl, 4);
}

void infer(int image) {
    Vlenet_sim rtl;
    rtl.rst = 1;
    run(&rtl, 2);
    rtl.rst = 0;
    tick(&rtl);
    const int settings[][2] = {{0, image}, {17, 1}, {18, 10}, {19, 4}, {20, 10}, {27, 0x60}, {28, 10}, {29, 7}, {30, 3}};
    for (const auto& setting : settings) {
        write(&rtl, setting[0], setting[1]);
    }
    write(&rtl, 3, 2);  // calibrate
    run(&rtl, kSettleCycles);
    write(&rtl, 3, 0);
    run(&rtl, kSettleCycles);
    write(&rtl, 3, 9);  // infer
    run(&rtl, kInferenceCycles);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        fprintf(stderr, "usage: lightning_rtl COUNT\n");
        return 2;
    }
    int count = atoi(argv[1]);
    clock_t began = clock();
    for (int image = 0; image < count; image++) {
        printf("image %d\n", image);
        infer(image);
    }
    double seconds = static_cast<double>(clock() - began) / CLOCKS_PER_SEC;
    fprintf(stderr, "%llu %.3f\n", static_cast<unsigned long long>(cycles), seconds);
    return 0;
}
