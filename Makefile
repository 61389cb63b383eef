# Copyright 2026 the openpose_ros authors
# SPDX-License-Identifier: Apache-2.0
#
# `make demo` and `make test` each do everything on a fresh machine; `make help` lists the rest.

PYTHON ?= python3
VENV := $(CURDIR)/.venv
BIN := $(VENV)/bin
BUILD := $(VENV)/build
JOBS := $(shell nproc 2>/dev/null || echo 1)

# Nothing of a ROS installation sourced in the calling shell may reach .venv: it brings a whole
# ROS 2 of its own, and two of them in one process do not load.
FOREIGN := AMENT_% CMAKE_PREFIX_PATH COLCON_% FASTDDS_% FASTRTPS_% LD_LIBRARY_PATH LD_PRELOAD \
    PKG_CONFIG_PATH PYTHONHOME PYTHONPATH PYTHONSTARTUP RCUTILS_% RMW_% ROS_% VIRTUAL_ENV \
    _ROS_WHEELS_BOOTSTRAP_COMPLETE
$(foreach name,$(filter $(FOREIGN),$(.VARIABLES)),$(eval unexport $(name)))

# How everything below runs in .venv. A domain of its own and no traffic beyond this machine: two
# runs side by side, or a robot on the same network, do not hear each other.
ACTIVATE := PATH="$(BIN):$$PATH" VIRTUAL_ENV="$(VENV)" AMENT_PREFIX_PATH="$(VENV)" \
    ROS_HOME="$(VENV)/ros" ROS_AUTOMATIC_DISCOVERY_RANGE=LOCALHOST
CMAKE := env -u DESTDIR $(ACTIVATE) $(BIN)/cmake
ISOLATE := ROS_DOMAIN_ID=$$(($$$$ % 100 + 1))

# What computes shares the cores, then what starts nodes and mostly waits for them does; what must be
# in time has the machine to itself.
SHARED := -n $(JOBS) --dist loadfile --no-loadscope-reorder
COMPUTING := $(SHARED) test/build test/lint test/unit
WAITING := $(SHARED) -m not\ alone test/launch test/ros
ALONE := -m alone test/launch test/ros

# Stamps: a step runs again when something it was made from is newer.
CREATED := $(VENV)/.created
INSTALLED := $(VENV)/.installed
INTERFACES := $(VENV)/.interfaces

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup test coverage demo demo3d bench soak lint clean

help: ## list the targets
	@sed -n 's/^\([a-z0-9]*\):.*## /make \1\t/p' $(MAKEFILE_LIST)

setup: $(INTERFACES) ## create .venv with all dependencies and build the interfaces into it

test: setup ## run the test suite; PYTEST_ARGS='-k peaks' goes to pytest
ifeq ($(strip $(PYTEST_ARGS)),)
	@status=0; \
	run() { $(ACTIVATE) $(ISOLATE) $(BIN)/python -m pytest "$$@" || status=$$?; }; \
	run $(COMPUTING); run $(WAITING); run $(ALONE); exit $$status
else
	@$(ACTIVATE) $(ISOLATE) $(BIN)/python -m pytest $(PYTEST_ARGS)
endif

coverage: setup ## report how much of the core the unit tests run
	@$(ACTIVATE) $(ISOLATE) $(BIN)/python -m pytest test/unit --cov --cov-report=term:skip-covered \
	    $(PYTEST_ARGS)

demo: setup ## people in a real video; writes demo_output/; DEMO_ARGS=--bodies-only is fastest
	@$(ACTIVATE) $(ISOLATE) $(BIN)/python -m openpose_ros.tools.demo $(DEMO_ARGS)

demo3d: setup ## people in space from four real videos; writes demo3d_output/
	@$(ACTIVATE) $(BIN)/python -m openpose_ros.tools.demo_3d $(DEMO3D_ARGS)

bench: setup ## measure everything, write benchmark.json
	@$(ACTIVATE) $(ISOLATE) $(BIN)/python -m openpose_ros.tools.benchmark all \
	    --report benchmark.json

soak: setup ## disturb all nodes for 30 minutes, write soak.json; SOAK_ARGS='--minutes 5'
	@$(ACTIVATE) $(ISOLATE) $(BIN)/python -m openpose_ros.nodes.soak --report soak.json \
	    $(SOAK_ARGS)

lint: setup ## style and types
	$(BIN)/ruff check .
	$(BIN)/mypy

clean: ## remove .venv and everything built
	rm -rf $(VENV) build install log dist *.egg-info .coverage .hypothesis \
	    .mypy_cache .pytest_cache .ruff_cache
	find openpose_ros test launch resource -name __pycache__ -prune -exec rm -rf {} +

$(CREATED): resource/check_prerequisites.sh
	@resource/check_prerequisites.sh "$(PYTHON)"
	@echo 'openpose_ros: creating .venv'
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(INSTALLED): resource/requirements.txt $(CREATED)
	@echo 'openpose_ros: installing dependencies (about a minute)'
	@$(BIN)/pip install --disable-pip-version-check --quiet --use-pep517 --requirement $<
	@touch $@

# The folder msg itself: a message that was removed leaves no newer file behind.
$(INTERFACES): $(INSTALLED) CMakeLists.txt package.xml msg $(wildcard msg/*.msg) \
    $(wildcard resource/*.in resource/cmake/*.cmake)
	@resource/check_prerequisites.sh "$(BIN)/python"
	@echo 'openpose_ros: building the interfaces (about a minute)'
	@mkdir -p $(BUILD)
	@{ $(CMAKE) -S . -B $(BUILD) -Wno-dev -DPython3_EXECUTABLE=$(BIN)/python \
	        -DCMAKE_PREFIX_PATH=$(VENV) -DCMAKE_INSTALL_PREFIX=$(VENV) \
	        -DBUILD_TESTING=OFF -DLINK_SOURCE_TREE=ON && \
	    $(CMAKE) --build $(BUILD) --parallel $(JOBS) && \
	    $(CMAKE) --install $(BUILD); \
	} >$(BUILD)/build.log 2>&1 || { tail -n 50 $(BUILD)/build.log; exit 1; }
	@touch $@
